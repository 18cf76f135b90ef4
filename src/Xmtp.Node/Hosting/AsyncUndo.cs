namespace Xmtp.Node.Hosting;

/// <summary>Takes apart, last first, what a start had put together when it fails half-way.</summary>
internal sealed class AsyncUndo : IAsyncDisposable
{
    private readonly Stack<IAsyncDisposable> _made = new();

    /// <summary>Remembers one part.</summary>
    public T Add<T>(T part) where T : IAsyncDisposable
    {
        _made.Push(part);
        return part;
    }

    /// <summary>All went well; somebody else owns the parts now.</summary>
    public void Keep() => _made.Clear();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        while (_made.TryPop(out var part)) await part.DisposeAsync().ConfigureAwait(false);
    }
}
