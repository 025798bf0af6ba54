"""Knowledge: operating models, their use in practice, principles, learnings and impact figures."""
