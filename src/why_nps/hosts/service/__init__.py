"""An HTTP service: answers in, what they say out; nothing of them is stored or logged."""

from why_nps.errors import MissingExtraError

try:
    import fastapi  # noqa: F401
    import prometheus_client  # noqa: F401
    import uvicorn  # noqa: F401
except ImportError as error:
    raise MissingExtraError("The service is not installed: pip install 'why_nps[service]'.") from error

from why_nps.hosts.service.app import build_app
from why_nps.hosts.service.forms import Limits
from why_nps.hosts.service.server import serve

__all__ = ["Limits", "build_app", "serve"]
