using System.Collections.Concurrent;
using Xmtp.Client.Diagnostics;

namespace Xmtp.Testing.Tests;

/// <summary>Keeps what a client drops.</summary>
internal sealed class DropList : IProgress<DroppedEnvelope>
{
    private readonly ConcurrentQueue<DroppedEnvelope> _all = new();

    public IReadOnlyCollection<DroppedEnvelope> All => _all;

    public void Report(DroppedEnvelope value) => _all.Enqueue(value);
}
