"""The worker process of the gateway: consumer, relay, reconciler."""

from starlette.applications import Starlette

from gateway.consumers import CONSUMERS
from gateway.settings import GatewaySettings
from gateway.tables import KERNEL
from shared.service.worker import worker_app


def build(settings: GatewaySettings) -> Starlette:
    """Compose the worker."""
    return worker_app("gateway", settings, kernel=KERNEL, consumers=CONSUMERS)
