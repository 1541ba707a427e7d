"""What an operator may tune in the console."""

from datetime import timedelta

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from shared.settings import Duration


class ConsoleSettings(BaseModel):
    """The console's client at the OpenID provider, and how long people stay signed in."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    client_id: str = Field(
        default="console", min_length=1, description="The client through which officers sign in."
    )
    client_secret: SecretStr = Field(description="Its secret.")
    idle: Duration = Field(
        default=timedelta(hours=1),
        gt=timedelta(minutes=1),
        description="After so long without a request somebody has to sign in again.",
    )
    lifetime: Duration = Field(
        default=timedelta(hours=10),
        gt=timedelta(minutes=1),
        description="After so long somebody has to sign in again in any case.",
    )
