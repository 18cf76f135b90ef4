using System.Collections.Concurrent;
using Xmtp.Node.Core.Log;
using Xmtp.Protocol.MessageApi.V1;

namespace Xmtp.Node.Core.Subscriptions;

/// <summary>
/// What a reader with positions still has to read from the store: for each set of topics it took up, up to where. A signpost in the
/// reader's own buffer says when: before it stands nothing live of these topics, behind it everything that is beyond.
/// </summary>
internal sealed class ReplayQueue(LogTail tail)
{
    private readonly ConcurrentQueue<ReplayRequest> _requests = new();
    private Dictionary<LogId, ulong>? _firstEnds;

    /// <summary>Stands in the buffer for the next request; never shown to anybody.</summary>
    public static Envelope Signpost { get; } = new();

    /// <summary>Where the logs ended when the reader's first topics, or none, became live.</summary>
    public Dictionary<LogId, ulong> FirstEnds => _firstEnds ?? [];

    /// <summary>Makes topics live as of one moment, which is also up to where they are read from the store.</summary>
    /// <param name="subscription">Whose topics they are.</param>
    /// <param name="registrations">Its interest in them.</param>
    /// <param name="topics">The topics; null for all that all-readers see.</param>
    /// <returns>False when the buffer has no room for the signpost.</returns>
    public bool Add(Subscription subscription, List<Registration> registrations, HashSet<string>? topics)
    {
        var hasRoom = true;
        tail.Snapshot((last, ends) =>
        {
            // An entry committed between a look at the tail and this would be neither live nor read from the store.
            Subscription.Settle(registrations, last);
            _firstEnds ??= ends;
            if (topics is { Count: 0 }) return;
            _requests.Enqueue(new ReplayRequest(topics, ends));
            hasRoom = subscription.TryDeliver(Signpost);
        });
        return hasRoom;
    }

    /// <summary>The request that the signpost just read stands for.</summary>
    public ReplayRequest Take() => _requests.TryDequeue(out var request) ? request : throw new InvalidOperationException("There are more signposts than requests.");
}
