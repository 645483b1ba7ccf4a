"""The commands of the command line, a module each: `run(options)` gives the exit code.

Only these modules read files, write files and print.
"""
