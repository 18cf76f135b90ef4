namespace Xmtp.Interop.JavaScript;

/// <summary>
/// The subscriptions that a JavaScript client has open and the node has answered. The client opens them without waiting,
/// so a test that sends at once would send before the client listens.
/// </summary>
internal sealed class JsSubscriptions
{
    private readonly Lock gate = new();
    private readonly Dictionary<int, string[]> open = [];
    private readonly List<(Func<bool> Condition, TaskCompletionSource Met)> waiting = [];
    private int count;

    /// <summary>How many were ever opened.</summary>
    public int Count
    {
        get
        {
            lock (gate)
                return count;
        }
    }

    public void Opened(int subscription, string[] topics)
    {
        lock (gate)
        {
            open[subscription] = topics;
            count++;
            Release();
        }
    }

    public void Closed(int subscription)
    {
        lock (gate)
            open.Remove(subscription);
    }

    public Task WaitForMoreThanAsync(int formerCount) => WaitAsync(() => count > formerCount, $"subscription after {formerCount}");

    public Task WaitForTopicAsync(string topic) => WaitAsync(() => open.Values.Any(topics => topics.Contains(topic)), $"subscription to {topic}");

    private async Task WaitAsync(Func<bool> condition, string what)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Add((condition, met));
            Release();
        }

        try
        {
            await met.Task.WaitAsync(JsProcess.Patience, TestContext.Current.CancellationToken);
        }
        catch (TimeoutException)
        {
            throw new TimeoutException($"No {what} was opened within {JsProcess.Patience}.");
        }
    }

    private void Release() => waiting.RemoveAll(wait => wait.Condition() && wait.Met.TrySetResult());
}
