"""The exit codes of all commands. Scripts and service managers rely on them: no value ever changes."""

EXIT_OK = 0  # all is well
EXIT_FINDINGS = 1  # the command did its work, and what it looked at is not in order: a fault, a broken promise
EXIT_BAD_USAGE = 2  # the command could not do its work: its arguments, a setting, a file, or the program itself
EXIT_INTERRUPTED = 130  # Ctrl-C, as shells have it: 128 and the number of the signal
