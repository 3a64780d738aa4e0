"""Every error a person can meet: one sentence that says what happened, and one that says what to do next."""

from __future__ import annotations


class I3DError(Exception):
    """The base of all; `str()` is what the command line prints."""

    next_step = ""

    def __init__(self, message: str, next_step: str | None = None) -> None:
        self.message = message
        self.next_step = self.next_step if next_step is None else next_step
        super().__init__(f"{message} {self.next_step}".strip())


class UsageError(I3DError):
    """The command or a setting makes no sense."""


class AuthError(I3DError):
    """The key is missing, wrong or expired: nothing can be read with it."""

    next_step = "Set I3D_API_TOKEN to a valid key of this account (portal: Account, API keys), then run `i3d doctor`."


class NotAllowedError(I3DError):
    """The key works but may not see this; a finding, not a failure."""

    next_step = "Ask the account's owner for the right, or leave the table out; `i3d doctor` lists what the key may see."


class ApiError(I3DError):
    """The API refused or failed; `status` is the HTTP status, `code` the API's own number (0 when it gave none)."""

    next_step = "Try again later; if it stays, `i3d get` shows the bare answer."

    def __init__(self, message: str, next_step: str | None = None, *, status: int = 0, code: int = 0) -> None:
        super().__init__(message, next_step)
        self.status, self.code = status, code


class NotFoundError(ApiError):
    """No such entity, or the operation has moved."""

    next_step = "Check the id; if a whole table fails so, the operation may have moved: run `i3d drift`."


class UnreachableError(I3DError):
    """No answer came within the deadline."""

    next_step = "Check the network and I3D_BASE_URL; nothing was lost, run the same command again."


class LostAnswerError(I3DError):
    """A write has left and nobody knows whether it was carried out."""

    next_step = "Nothing is sent again: `i3d write resolve` looks whether it was carried out."


class BadAnswerError(I3DError):
    """The answer is not what any version of the API would send."""

    next_step = "The table keeps its old rows; `i3d get` shows the bare answer, `i3d drift` what has changed."


class RepeatedPageError(BadAnswerError):
    """A page came twice, or brought nothing new: a load that went on would be cut short or never end."""


class TypeFlipError(BadAnswerError):
    """A field changed its type."""


class ShrunkError(I3DError):
    """A list lost so many rows that a truncated answer is likelier than the truth."""

    next_step = "The old rows stay; if the shrink is real, run again with --allow-shrink."


class LockedWarehouseError(I3DError):
    """Somebody else holds the file."""

    next_step = "Wait for it or stop it, then run again; readers should open the published file only."


class StorageError(I3DError):
    """The disk is full, or a folder cannot be written."""

    next_step = "Free space, fix the owner or choose another place, then run again: the published file is untouched."


class DltError(I3DError):
    """dlt could not finish a load; the tables keep their old rows."""

    next_step = "The log names the cause; `dlt pipeline` shows the state of its working folder. Run the same command again."


class NotifyError(I3DError):
    """A notification could not be sent."""

    next_step = "Check I3D_NOTIFY; nothing is lost, the same message is tried again at the next turn."
