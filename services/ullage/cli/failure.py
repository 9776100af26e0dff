"""How a command ends badly: a sentence on standard error and an exit status."""


class Refused(Exception):
    """What was asked cannot be done, or something wrong was found. Exit status 1."""


class WrongUse(Exception):
    """The command line or a setting is wrong. Exit status 2."""
