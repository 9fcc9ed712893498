"""What the server says of itself: where one is, its health, and its OpenAPI document."""

from collections.abc import Mapping
from html import escape

import net30
from net30.kernel.context import Server
from net30.kernel.refusal import Refusal
from net30.samples import document
from net30.wire.dispatch import Raw
from net30.wire.health import Health, health
from net30.wire.operation import operation
from net30.wire.pages import page

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem; }
pre { overflow-x: auto; padding: .7rem; border: 1px solid #8884; }
"""

FRONT = """<h1>net30 {version}</h1>
<p>This is a server for accounts payable and accounts receivable, a {environment}. It speaks the BILL v3 REST API;
programs call it at <code>{url}/connect/v3</code>.</p>
<ul>
<li><a href="/docs">The reference</a>: every operation, with a sample call</li>
<li><a href="/openapi.json">The OpenAPI document</a></li>
<li><a href="/connect/v3/health">Whether it is well</a></li>
</ul>
"""

FIRST_WORLD = """<p>Begin with a world, an organization that is ready to use:</p>
<pre>curl -X POST {url}/sandbox/v1/organizations</pre>
"""


@operation("GET /", area="documentation", credentials="none")
def read_front(server: Server, headers: Mapping[str, str]) -> Raw:
    """Tell a person where they are.

    A browser, which accepts `text/html`, gets a page that links to `/docs`. To a program there is nothing here:
    404 BDC_1121.
    """
    if "text/html" not in headers.get("accept", "").lower():
        raise Refusal(
            "BDC_1121",
            path="/",
            detail="this page is for browsers",
            help="see /docs; the API is at /connect/v3",
        )
    environment = "sandbox, in which no money moves" if server.sandbox else "production server"
    shown = FRONT + (FIRST_WORLD if server.sandbox else "")
    body = shown.format(version=net30.__version__, environment=environment, url=escape(server.public_url))
    return page("net30", body, style=STYLE)


@operation("GET /connect/v3/health", area="health", credentials="none")
def read_health(server: Server) -> Health:
    """Say that the server answers.

    Needs no headers. `appEnv` is `app-test` in the sandbox and `prod` in production.
    """
    return health(server)


@operation("GET /openapi.json", area="documentation", credentials="none")
def read_openapi(server: Server) -> Raw:
    """Read the OpenAPI document.

    OpenAPI 3.1, of everything that this server answers.
    """
    return Raw(document(sandbox=server.sandbox), "application/json")
