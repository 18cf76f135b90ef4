namespace Xmtp.Node.Core.Log;

/// <summary>Something that waits for the log's writer.</summary>
internal abstract class WriterWork
{
    /// <summary>Ends the wait.</summary>
    /// <param name="failure">Why nothing of it was done; null when all of it was.</param>
    public abstract void Complete(Exception? failure);

    /// <summary>The writer is done with it.</summary>
    public virtual void Release()
    {
    }
}
