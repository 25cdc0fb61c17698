"""The error that is shown to the user without a traceback."""


class UserError(Exception):
    """The user's input cannot be used. The message is two sentences: what happened, and what to do.
    """

    def __init__(self, happened: str, remedy: str):
        super().__init__(f"{happened} {remedy}")
