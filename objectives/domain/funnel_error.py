"""The one error of the reverse funnel."""


class FunnelError(ValueError):
    """The input of the reverse funnel has no meaning (a rate above 1, a negative amount, a broken lag)."""
