namespace Xmtp.Node.Calls;

/// <summary>
/// How many bytes of large requests the node holds at once. One request may have 50 MiB, but not every one of a thousand
/// connections at the same time: the node would run out of memory before it had read any of them.
/// </summary>
internal sealed class BodyBudget
{
    /// <summary>Ten of the largest requests, or many thousands of usual ones, which are not even counted.</summary>
    public const long DefaultBytes = 512L << 20;

    private long _left;

    /// <summary>Makes a budget.</summary>
    /// <param name="bytes">What may be held at once.</param>
    public BodyBudget(long bytes = DefaultBytes) => _left = bytes;

    /// <summary>Bytes that are still free.</summary>
    public long Left => Interlocked.Read(ref _left);

    /// <summary>Takes bytes if they are there.</summary>
    public bool TryTake(long bytes)
    {
        if (Interlocked.Add(ref _left, -bytes) >= 0) return true;
        Interlocked.Add(ref _left, bytes);
        return false;
    }

    /// <summary>Gives bytes back.</summary>
    public void Return(long bytes) => Interlocked.Add(ref _left, bytes);
}
