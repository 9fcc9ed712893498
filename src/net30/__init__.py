"""net30: an accounts-payable and accounts-receivable server that speaks the BILL v3 REST API."""

__version__ = "0.1.0"
