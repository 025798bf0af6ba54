"""TXT records in the domain name system.

Owns: asking for them.
Does not own: what they prove (`domains`).
"""

from collections.abc import Sequence

_LIMIT_S = 3.0


async def texts_of(name: str) -> Sequence[str]:
    """Return the texts of the TXT records of a name; none when it has none.

    Raises:
        OSError: Nobody has answered in time, or the answer is of no use.
    """
    # Few processes are ever asked, and the library takes 2.5 MB.
    import dns.asyncresolver  # noqa: PLC0415
    import dns.resolver  # noqa: PLC0415
    from dns.exception import DNSException  # noqa: PLC0415

    try:
        answer = await dns.asyncresolver.resolve(name, "TXT", lifetime=_LIMIT_S)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except DNSException as error:
        message = f"the domain name system says nothing about {name}"
        raise OSError(message) from error
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
