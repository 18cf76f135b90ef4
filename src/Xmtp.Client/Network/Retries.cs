using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Xmtp.Client.Diagnostics;
using Xmtp.Client.Transport;
using Xmtp.Protocol.Errors;

namespace Xmtp.Client.Network;

/// <summary>Repeats calls that failed in a way that may pass.</summary>
internal sealed class Retries(RetryPolicy policy, TimeProvider time, RandomNumberGenerator random, ILogger logger, ClientMetrics? metrics = null)
{
    /// <summary>Where the calls are counted.</summary>
    public ClientMetrics Metrics { get; } = metrics ?? ClientMetrics.Shared;

    public TimeProvider Time => time;

    /// <param name="name">Name of the call, for the log.</param>
    /// <param name="call">The call.</param>
    /// <param name="cancellationToken">Ends the call, or the wait.</param>
    /// <param name="repeatsMax">Fewer repeats than the policy allows; null for as many.</param>
    public async Task<T> RunAsync<T>(
        string name, Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken, int? repeatsMax = null)
    {
        var last = Math.Min(policy.RetriesMax, repeatsMax ?? int.MaxValue);
        for (var repeat = 0; ; repeat++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            try
            {
                return await call(cancellationToken).ConfigureAwait(false);
            }
            catch (NodeException failure) when (repeat < last && IsWorthRepeating(failure))
            {
                var delay = DelayAfter(failure, repeat);
                ClientLog.Repeating(logger, name, failure.Code, delay.TotalMilliseconds, repeat + 1, last);
                Metrics.Repeating(name, failure.Code, delay);
                await Task.Delay(delay, time, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>The wait after a failure that <paramref name="repeat"/> others preceded.</summary>
    public TimeSpan DelayAfter(Exception? failure, int repeat)
    {
        var node = failure as NodeException;
        var first = node?.Code == ErrorCatalogue.RateLimited ? policy.RateLimitDelay : policy.FirstDelay;
        var delay = policy.Delay(first, repeat, Jitter.Next(random));
        if (node?.RetryAfter is not { } asked || asked <= delay) return delay;
        return asked < policy.RetryAfterMax ? asked : policy.RetryAfterMax;
    }

    // A publish that other nodes have not confirmed is stored and has waited its time: whether to wait more is the caller's to say.
    private bool IsWorthRepeating(NodeException failure) =>
        failure.IsRetryable && failure.Code != ErrorCatalogue.AcknowledgementNotReached && !(failure.RetryAfter > policy.RetryAfterMax);
}
