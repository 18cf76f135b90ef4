using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Xmtp.Testing;

/// <summary>How a <see cref="TestNetwork"/> is made. The defaults suit nearly every test.</summary>
public sealed record TestNetworkOptions
{
    /// <summary>Decides the keys of wallets and accounts and every random choice of the clients. With one seed, a test sees the same addresses in each run.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>What the clock shows at first.</summary>
    public DateTimeOffset StartTime { get; init; } = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Envelopes that may be published in all, repeats and ephemeral ones included. One more is refused with <c>StoreUnusable</c>.</summary>
    public int EnvelopesMax
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value, nameof(EnvelopesMax));
            field = value;
        }
    } = 100_000;

    /// <summary>Real time after which <see cref="TestNetwork.RunAsync(Task, TimeSpan?, CancellationToken)"/> takes what it waits for to be stuck.</summary>
    public TimeSpan Patience
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, nameof(Patience));
            field = value;
        }
    } = TimeSpan.FromSeconds(30);

    /// <summary>Where the network and its clients log.</summary>
    public ILoggerFactory LoggerFactory { get; init; } = NullLoggerFactory.Instance;
}
