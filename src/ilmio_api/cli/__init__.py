"""The command line `ilmio`: what an operator and a developer do with the system.

Owns: the commands (`cli.commands`), and the process that serves (`cli.server`).
Does not own: what they are about (the packages beside).

It imports nothing, since the process that serves passes through here and needs no command.
"""
