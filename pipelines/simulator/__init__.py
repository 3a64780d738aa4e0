"""A stand-in for the whole API: a seeded world, `handle(world, request)`, and a loopback server around it.

Nothing in here is imported by the loaders: they meet the simulator over HTTP only.
"""
