"""What may go wrong, made to go wrong: nothing is lost, doubled or reordered by it.

Each fault is a story, told at a place (a file, or a schema of a server) with a
seed: the same seed makes the same commands and strikes after the same one of
them, as near as the system lets two runs be alike.  ``python -m tests.faults.night``
tells them for as long as one likes, and writes down what came of it.
"""
