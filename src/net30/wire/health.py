"""What each API answers that is asked whether it is there."""

import net30
from net30.kernel.context import Server
from net30.wire.types import Wire


class Health(Wire):
    """Which server this is."""

    app_id: str
    app_env: str
    app_version: str
    bdc_region: str


def health(server: Server) -> Health:
    """`appEnv` is `app-test` in the sandbox and `prod` in production."""
    environment = "app-test" if server.sandbox else "prod"
    return Health(app_id="net30", app_env=environment, app_version=net30.__version__, bdc_region="local")
