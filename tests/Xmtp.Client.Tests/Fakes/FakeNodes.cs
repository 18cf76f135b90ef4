using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using Xmtp.Client.Nodes;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;
using Xmtp.TestSupport;

namespace Xmtp.Client.Tests.Fakes;

/// <summary>Nodes by address, each with a scripted transport, and a pool of them.</summary>
internal sealed class FakeNodes
{
    private readonly Dictionary<Uri, FakeTransport> _transports = [];

    public FakeTimeProvider Clock { get; } = TestAccount.Clock();

    public FakeNetwork Network { get; } = new();

    /// <summary>The nodes that were ever connected to, in that order, with repeats.</summary>
    public List<Uri> Connected { get; } = [];

    public static Uri Address(string name) => new($"https://{name}.example");

    /// <summary>The transport of a node, also of one that was never connected to.</summary>
    public FakeTransport this[string name] => Get(Address(name));

    public NodePool Pool(params string[] names) => Pool(new SeededRandom(7), names);

    public NodePool Pool(System.Security.Cryptography.RandomNumberGenerator random, params string[] names) => new(
        names.Select(Address),
        address =>
        {
            lock (_transports) Connected.Add(address);
            return Get(address);
        },
        Clock, random, NullLogger.Instance);

    public static void Break(FakeTransport node, ErrorCode? code = null) =>
        node.OnCall = (_, _) => throw new NodeException(code ?? ErrorCatalogue.Unavailable, "down");

    public static void Heal(FakeTransport node) => node.OnCall = null;

    private FakeTransport Get(Uri address)
    {
        lock (_transports)
        {
            if (!_transports.TryGetValue(address, out var transport)) _transports[address] = transport = new FakeTransport(Network);
            return transport;
        }
    }
}
