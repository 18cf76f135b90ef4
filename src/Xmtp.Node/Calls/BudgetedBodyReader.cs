using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http.Features;
using Xmtp.Protocol.Errors;

namespace Xmtp.Node.Calls;

/// <summary>A request's body that counts against the <see cref="BodyBudget"/> as far as it is held in memory.</summary>
internal sealed class BudgetedBodyReader(PipeReader inner, BodyBudget budget) : PipeReader, IRequestBodyPipeFeature
{
    // Nearly all requests stay below it and touch no shared counter.
    private const long FreeBytes = 256 << 10;

    private long _held;

    /// <inheritdoc/>
    public PipeReader Reader => this;

    /// <summary>Gives back what the body took.</summary>
    public void Release()
    {
        var held = Interlocked.Exchange(ref _held, 0);
        if (held > 0) budget.Return(held);
    }

    /// <inheritdoc/>
    public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
    {
        var read = inner.ReadAsync(cancellationToken);
        return read.IsCompletedSuccessfully ? ValueTask.FromResult(Count(read.Result)) : AwaitAsync(read);
    }

    /// <inheritdoc/>
    public override bool TryRead(out ReadResult result)
    {
        if (!inner.TryRead(out result)) return false;
        Count(result);
        return true;
    }

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

    /// <inheritdoc/>
    public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

    /// <inheritdoc/>
    public override void CancelPendingRead() => inner.CancelPendingRead();

    /// <inheritdoc/>
    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    /// <inheritdoc/>
    public override ValueTask CompleteAsync(Exception? exception = null) => inner.CompleteAsync(exception);

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<ReadResult> AwaitAsync(ValueTask<ReadResult> read) => Count(await read.ConfigureAwait(false));

    private ReadResult Count(ReadResult result)
    {
        var length = result.Buffer.Length;
        if (length <= FreeBytes)
        {
            if (_held > 0) Release();
            return result;
        }

        // In steps, so that a body in small pieces does not touch the shared counter for each.
        var wanted = (length + FreeBytes - 1) / FreeBytes * FreeBytes;
        if (wanted <= _held) return result;
        if (!budget.TryTake(wanted - _held))
        {
            inner.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            throw new XmtpException(ErrorCatalogue.Unavailable, "the node holds too many large requests already; try again shortly, or send smaller ones");
        }

        _held = wanted;
        return result;
    }
}
