using System.Collections.Concurrent;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using Xmtp.Node.Calls;

namespace Xmtp.Node.Network;

/// <summary>
/// How many connections one address may have on the network port: few as long as it has shown no key, be it in the handshake or
/// because it only wants to ask; more with one, since many nodes may stand behind one address. This machine is exempt.
/// </summary>
internal sealed class ConnectionGate(ILogger<ConnectionGate> logger)
{
    /// <summary>Connections in all.</summary>
    public const int ConnectionsMax = 4096;

    /// <summary>Connections of one address without a key.</summary>
    public const int WithoutKeyMax = 16;

    /// <summary>Connections of one address with a key.</summary>
    public const int WithKeyMax = 256;

    private readonly ConcurrentDictionary<(string Address, bool HasKey), int> _counts = new();

    /// <summary>How many addresses have connections; those that have none are forgotten.</summary>
    public int AddressCount => _counts.Count;

    /// <summary>Stands before the handshake.</summary>
    public ConnectionDelegate BeforeHandshake(ConnectionDelegate next) => async connection =>
    {
        var address = Address(connection);
        if (address is null)
        {
            await next(connection).ConfigureAwait(false);
            return;
        }

        if (!TryEnter((address, false), WithoutKeyMax))
        {
            Refuse(connection, address);
            return;
        }

        var slot = new Slot { Key = (address, false) };
        connection.Features.Set(slot);
        try
        {
            await next(connection).ConfigureAwait(false);
        }
        finally
        {
            Leave(slot.Key);
        }
    };

    /// <summary>Stands after it.</summary>
    public ConnectionDelegate AfterHandshake(ConnectionDelegate next) => connection =>
    {
        if (connection.Features.Get<Slot>() is not { } slot || !NodeCertificate.TryReadKey(connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate, out _)) return next(connection);
        var address = slot.Key.Address;
        if (!TryEnter((address, true), WithKeyMax))
        {
            Refuse(connection, address);
            return Task.CompletedTask;
        }

        Leave(slot.Key);
        slot.Key = (address, true);
        return next(connection);
    };

    private static string? Address(ConnectionContext connection) =>
        connection.RemoteEndPoint is IPEndPoint { Address: var address } && !IPAddress.IsLoopback(address) ? new ClientAddress(address, IsLocal: false).LimitKey : null;

    private void Refuse(ConnectionContext connection, string address)
    {
        logger.ConnectionRefused(address);
        connection.Abort(new ConnectionAbortedException("too many connections from one address"));
    }

    private bool TryEnter((string Address, bool HasKey) key, int countMax)
    {
        while (true)
        {
            var count = _counts.GetOrAdd(key, 0);
            if (count >= countMax) return false;
            if (_counts.TryUpdate(key, count + 1, count)) return true;
        }
    }

    private void Leave((string Address, bool HasKey) key)
    {
        while (_counts.TryGetValue(key, out var count))
        {
            if (count > 1 ? _counts.TryUpdate(key, count - 1, count) : _counts.TryRemove(new(key, count))) return;
        }
    }

    private sealed class Slot
    {
        public required (string Address, bool HasKey) Key { get; set; }
    }
}
