using System.Globalization;
using System.Text;

namespace Xmtp.Simulation.Scheduling;

/// <summary>What happened: a running hash over all of it, by which two runs of one seed are compared, and the last few hundred lines for people.</summary>
internal sealed class EventTrace
{
    private const int KeptMax = 256;
    private const ulong Prime = 1099511628211;

    private readonly Line[] _ring = new Line[KeptMax];

    private readonly record struct Line(long Time, string What, int Node, int Other, long Value);

    /// <summary>How much happened.</summary>
    public long Count { get; private set; }

    /// <summary>FNV-1a over everything that happened, in order. Signatures are random and never part of it.</summary>
    public ulong Hash { get; private set; } = 14695981039346656037;

    public void Add(long time, string what, int node = -1, int other = -1, long value = 0)
    {
        _ring[Count++ % KeptMax] = new Line(time, what, node, other, value);
        Mix((ulong)time);
        foreach (var character in what) Mix(character);
        Mix((ulong)((long)node << 32 ^ (uint)other));
        Mix((ulong)value);
    }

    /// <summary>The last lines, oldest first.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        for (var i = Math.Max(0, Count - KeptMax); i < Count; i++)
        {
            var line = _ring[i % KeptMax];
            text.Append(CultureInfo.InvariantCulture, $"{line.Time / (double)TimeSpan.TicksPerSecond,10:F4}s ");
            if (line.Node >= 0) text.Append(CultureInfo.InvariantCulture, $"n{line.Node} ");
            if (line.Other >= 0) text.Append(CultureInfo.InvariantCulture, $"-> n{line.Other} ");
            text.Append(line.What);
            if (line.Value != 0) text.Append(CultureInfo.InvariantCulture, $" {line.Value}");
            text.AppendLine();
        }

        return text.ToString();
    }

    private void Mix(ulong value) => Hash = (Hash ^ value) * Prime;
}
