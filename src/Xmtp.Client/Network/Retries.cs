using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Network;

/// <summary>Repeats calls that failed in a way that may pass.</summary>
internal sealed class Retries(RetryPolicy policy, TimeProvider time, RandomNumberGenerator random, ILogger logger)
{
    public async Task<T> RunAsync<T>(string name, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken)
    {
        for (var repeat = 0; ; repeat++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (NodeException failure) when (IsWorthRepeating(failure, repeat))
            {
                var delay = DelayAfter(failure, repeat);
                ClientLog.Repeating(logger, name, failure.Code, delay.TotalMilliseconds, repeat + 1, policy.RetriesMax);
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The wait after a failure that <paramref name="repeat"/> others preceded.</summary>
    public TimeSpan DelayAfter(Exception? failure, int repeat)
    {
        var node = failure as NodeException;
        var first = node?.Code == ErrorCatalogue.RateLimited ? policy.RateLimitDelay : policy.FirstDelay;
        var delay = policy.Delay(first, repeat, Jitter());
        if (node?.RetryAfter is not { } asked || asked <= delay) return delay;
        return asked < policy.RetryAfterMax ? asked : policy.RetryAfterMax;
    }

    private bool IsWorthRepeating(NodeException failure, int repeat) =>
        failure.IsRetryable && repeat < policy.RetriesMax && !(failure.RetryAfter > policy.RetryAfterMax);

    private double Jitter()
    {
        Span<byte> bytes = stackalloc byte[4];
        random.GetBytes(bytes);
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes) / (double)uint.MaxValue;
    }
}
