"""Worlds are made ready to use, with fixed credentials when wanted, and removed whole."""

from clients import Api, World


def test_a_world_is_ready_to_use(world: World) -> None:
    info = world.get("/login/session").ok()
    assert info == {
        "organizationId": world.id,
        "userId": world.user_id,
        "mfaStatus": "COMPLETE",
        "mfaBypass": False,
    }
