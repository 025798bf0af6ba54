"""An independent reading of the published schema, to prove the compiler by.

The oracle answers the same operations as `ilmio_api.compiler`, but naively: it has every table in memory as plain
dicts, lets graphql-core execute the document field by field, and filters, orders, pages and translates in Python. It
reads the same declarations of columns and relations; everything that a declaration leaves to SQL – policies, filters,
orders, fallbacks, cursors, dates – is stated here a second time, from the descriptions in the schema and not from the
code. Only what words find is asked of PostgreSQL, because stemming is its own.
"""
