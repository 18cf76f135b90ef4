namespace Xmtp.Cli.Bench;

/// <summary>How long each of several calls took.</summary>
internal sealed class Latencies
{
    private readonly List<double> _milliseconds = [];
    private bool _isSorted;

    /// <summary>How many.</summary>
    public int Count
    {
        get
        {
            lock (_milliseconds) return _milliseconds.Count;
        }
    }

    /// <summary>Takes one down. Any thread may.</summary>
    public void Add(TimeSpan time)
    {
        lock (_milliseconds)
        {
            _milliseconds.Add(time.TotalMilliseconds);
            _isSorted = false;
        }
    }

    /// <summary>The time that this share of the calls did not exceed, in milliseconds: the smallest measured one of which that is true. 0 without calls.</summary>
    /// <param name="share">From 0 to 1.</param>
    public double Percentile(double share)
    {
        lock (_milliseconds)
        {
            if (_milliseconds.Count == 0) return 0;
            if (!_isSorted) _milliseconds.Sort();
            _isSorted = true;
            return _milliseconds[Math.Clamp((int)Math.Ceiling(share * _milliseconds.Count) - 1, 0, _milliseconds.Count - 1)];
        }
    }
}
