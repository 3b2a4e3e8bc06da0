"""Permissions for calls that change persistent data or use the network."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from nijigen.api.access.confirmations import Confirmations, call_of
from nijigen.api.access.sessions import Sessions
from nijigen.api.config import Config
from nijigen.api.refusals import ConfirmationRequired, NotTheStudio
from nijigen.core.declaration import Access, AnyDeclaration

DOES: dict[Access, str] = {
    "read": "only reads",
    "change": "changes persistent data",
    "network": "uses the network",
}


class Permissions:
    """Scopes that the owner granted, and confirmations of single calls."""

    def __init__(self, config: Config, sessions: Sessions) -> None:
        self.sessions = sessions
        self._scopes = config.scopes
        self._confirmations = Confirmations()

    def allows(self, declaration: AnyDeclaration) -> bool:
        """Return whether a declaration may be called without a confirmation."""
        return declaration.access == "read" or declaration.access in self._scopes

    def check(
        self,
        request: Request,
        declaration: AnyDeclaration,
        inputs: Mapping[str, Any],
        settings: Mapping[str, Any],
        confirmation: str | None,
    ) -> None:
        """Reject a call without permission; consumes the confirmation.

        Raises:
            ConfirmationRequired: The call requires a confirmation and has no valid one.
        """
        if self.allows(declaration):
            return
        session = self.sessions.of(request.headers)
        call = call_of(declaration.id, inputs, settings)
        if confirmation and session and self._confirmations.use(confirmation, call, session):
            return
        fault = "this confirmation is for another call, used or expired: " if confirmation else ""
        raise ConfirmationRequired(
            f"{fault}{declaration.id} {DOES[declaration.access]} and must be confirmed",
            "the studio asks for it: POST /api/confirmations with the same call; for programs, "
            f"the owner may start it with nijigen studio --allow {declaration.access}",
        )

    def check_studio(self, request: Request) -> str:
        """Return the session of a studio page; reject all other requests.

        Raises:
            NotTheStudio: The request comes from another site or from a program.
        """
        session = self.sessions.of_page(request.headers)
        if session is None:
            raise NotTheStudio(
                "only the studio's own page may confirm calls",
                "reload the page; for programs, the owner may start the studio with --allow",
            )
        return session

    def confirm(
        self,
        session: str,
        declaration: AnyDeclaration,
        inputs: Mapping[str, Any],
        settings: Mapping[str, Any],
    ) -> tuple[str, datetime]:
        """Return a confirmation of a call for a studio page, and when it expires."""
        code, expires = self._confirmations.give(call_of(declaration.id, inputs, settings), session)
        return code, datetime.fromtimestamp(round(expires), UTC)
