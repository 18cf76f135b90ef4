using Xmtp.Node.Core.Log;

namespace Xmtp.Node.Core.Replication;

/// <summary>Where the scrubber gets entries that are damaged here.</summary>
internal interface IScrubSource
{
    /// <summary>Fetches a checked run from any other node.</summary>
    /// <param name="log">The log.</param>
    /// <param name="sequence">Number of its first entry.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>The run; null when nobody has it.</returns>
    ValueTask<VerifiedEntries?> FetchAsync(HeldLog log, ulong sequence, CancellationToken cancellationToken);
}
