"""What must not happen on any page, whoever looks at it: noted while a journey goes on, asserted at its end."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

SERVER_ERRORS = 500
# Chromium's own line for an answer of 400 and above, which is often what the journey wants.
# And htmx's lines for a request that a newer one has replaced; one that fails has a line of its own besides.
HARMLESS = ("Failed to load resource", "htmx:afterRequest", "htmx:sendAbort")


class Watch:
    """The requests, answers and console of a browser context. A journey that breaks something adds to `expected`."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.address = address
        self.asked: list[str] = []
        self.faults: list[str] = []
        self.expected = list(HARMLESS)
        context.on("request", self._request)
        context.on("response", self._response)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def _request(self, request: Request) -> None:
        self.asked.append(request.url)
        if not request.url.startswith((f"{self.address}/", "data:", "blob:")):
            self.faults.append(f"a request left the host: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= SERVER_ERRORS:
            self.faults.append(f"{response.status} for {response.request.method} {response.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # A breach of the content security policy comes by here, as an error.
        if message.type == "error" and not any(text in message.text for text in self.expected):
            self.faults.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _error(self, error: WebError) -> None:
        self.faults.append(f"script: {error.error}")

    def end(self) -> list[str]:
        """Give the faults and begin anew."""
        faults, self.faults, self.expected = self.faults, [], list(HARMLESS)
        return faults
