"""What the server says of itself: its health, and its OpenAPI document."""

import net30
from net30.kernel.context import Server
from net30.samples import document
from net30.wire.dispatch import Raw
from net30.wire.operation import operation
from net30.wire.types import Wire


class Health(Wire):
    """Which server this is."""

    app_id: str
    app_env: str
    app_version: str
    bdc_region: str


@operation("GET /connect/v3/health", area="health", credentials="none")
def read_health(server: Server) -> Health:
    """Say that the server answers.

    Needs no headers. `appEnv` is `app-test` in the sandbox and `prod` in production.
    """
    environment = "app-test" if server.sandbox else "prod"
    return Health(app_id="net30", app_env=environment, app_version=net30.__version__, bdc_region="local")


@operation("GET /openapi.json", area="documentation", credentials="none")
def read_openapi(server: Server) -> Raw:
    """Read the OpenAPI document.

    OpenAPI 3.1, of everything that this server answers.
    """
    return Raw(document(sandbox=server.sandbox), "application/json")
