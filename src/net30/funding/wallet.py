"""The balance that an organization keeps with the payment service: set, drawn on, given back to."""

import msgspec
from sqlalchemy import select

from net30.funding.tables import Wallet, wallets
from net30.kernel.context import Context
from net30.kernel.entity import Entity
from net30.kernel.refusal import Refusal
from net30.store.statements import Statement, by_key

_WALLET = Statement(select(wallets).where(by_key(wallets, ["organization_id"])))

WALLET = Entity("Wallet", Wallet, of="organization_id")


def find_wallet(ctx: Context) -> Wallet | None:
    """The organization's balance, if it was ever given one."""
    return ctx.tx.record(Wallet, _WALLET, {})


def wallet_is_enabled(ctx: Context) -> bool:
    wallet = find_wallet(ctx)
    return wallet is not None and bool(wallet.enabled)


def set_wallet(ctx: Context, balance: int | None, enabled: bool | None) -> Wallet:
    """Give the organization a balance in thousandths of USD, or switch it on or off; None leaves it as it is.

    An organization without a balance starts with 0.00, switched on.
    """
    known = find_wallet(ctx)
    if known is None:
        enabled_now = 1 if enabled is None else int(enabled)
        made = Wallet(ctx.organization_id, balance or 0, enabled_now, ctx.now, ctx.now)
        WALLET.enter(ctx, made)
        return made
    wanted = msgspec.structs.replace(
        known,
        balance=known.balance if balance is None else balance,
        enabled=known.enabled if enabled is None else int(enabled),
    )
    return WALLET.revise(ctx, known, wanted)


def require_payable_wallet(ctx: Context, amount: int) -> Wallet:
    """The balance, when it is switched on and holds `amount` thousandths of USD; else BDC_1151."""
    wallet = find_wallet(ctx)
    if wallet is None or not wallet.enabled:
        raise Refusal(
            "BDC_1151",
            detail="this organization's balance is not switched on",
            help="pay from a bank account"
            + ("; the sandbox gives a balance by PUT …/wallet" if ctx.server.sandbox else ""),
        )
    if wallet.balance < amount:
        raise Refusal(
            "BDC_1151",
            detail=f"the balance holds {wallet.balance / 1000:.2f} USD, less than {amount / 1000:.2f}",
            help="add money to the balance, or pay from a bank account",
        )
    return wallet


def draw_from_wallet(ctx: Context, amount: int) -> Wallet:
    """Take `amount` thousandths of USD out of the balance; BDC_1151 when it does not hold them."""
    wallet = require_payable_wallet(ctx, amount)
    return WALLET.revise(ctx, wallet, msgspec.structs.replace(wallet, balance=wallet.balance - amount))


def return_to_wallet(ctx: Context, amount: int) -> Wallet:
    """Put `amount` thousandths of USD back into the balance it was drawn from."""
    wallet = find_wallet(ctx)
    assert wallet is not None, "nothing was ever drawn from this organization's balance"
    return WALLET.revise(ctx, wallet, msgspec.structs.replace(wallet, balance=wallet.balance + amount))
