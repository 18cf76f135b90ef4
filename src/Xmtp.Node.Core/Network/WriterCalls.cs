using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Xmtp.Node.Core.Keys;
using Xmtp.Node.Core.Log;
using Xmtp.Node.Core.Replication;

namespace Xmtp.Node.Core.Network;

/// <summary>What the engine asks of the log's writer. What must happen in the end is tried until it does.</summary>
internal sealed class WriterCalls(LogWriter writer, NetworkLoop loop, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_retryPause = TimeSpan.FromSeconds(1);
    private volatile bool _isStopped;

    /// <summary>The engine that is told.</summary>
    public NetworkEngine Engine { get; set; } = null!;

    public void Append(HeldLog log, VerifiedEntries entries)
    {
        var append = new ReplicaAppend(log, entries, (done, failure) => loop.Post(() => Engine.AppendedAsync(done.Log, done.Entries, failure)));
        _ = EnqueueAsync(append);
    }

    public void AddLog(LogName name, NodePublicKey key) => _ = UntilDoneAsync(async () =>
    {
        var log = await writer.AddLogAsync(name, key, CancellationToken.None).ConfigureAwait(false);
        loop.Post(() => Engine.LogAddedAsync(log));
    }, logger.AddLogFailed);

    public void Freeze(HeldLog log, ReadOnlyMemory<byte> evidence) => _ = UntilDoneAsync(
        () => writer.RunExclusiveAsync(store => store.FreezeAsync(log.Id, evidence), CancellationToken.None),
        failure => logger.FreezeFailed(log.Name, failure));

    public void BeginPublishes(HeldLog? log)
    {
        if (_isStopped) return;
        _ = UntilDoneAsync(async () =>
        {
            if (log is null) await writer.BeginLogAsync(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), CancellationToken.None).ConfigureAwait(false);
            else await writer.UseLogAsync(log, CancellationToken.None).ConfigureAwait(false);
            // None any more, if publishes were stopped meanwhile.
            if (writer.OwnLog is { } own) loop.Post(() => Engine.OwnLogBegunAsync(own));
        }, logger.BeginLogFailed);
    }

    public void StopPublishes() => writer.StopPublishes();

    /// <summary>Takes no publishes any more, whatever the engine says later.</summary>
    public void StopForGood()
    {
        _isStopped = true;
        writer.StopPublishes();
    }

    private async Task EnqueueAsync(ReplicaAppend append)
    {
        try
        {
            await writer.EnqueueAsync(append, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            append.Complete(e);
        }
    }

    private async Task UntilDoneAsync(Func<Task> step, Action<Exception> failed)
    {
        while (!_isStopped)
        {
            try
            {
                await step().ConfigureAwait(false);
                return;
            }
            catch (Exception e) when (!writer.IsStopping)
            {
                failed(e);
                await Task.Delay(s_retryPause, time).ConfigureAwait(false);
            }
            catch
            {
                return;
            }
        }
    }
}
