using System.Diagnostics.Metrics;

namespace Xmtp.Docs.Tests.Pages;

/// <summary>An instrument and the labels that its measurements bore.</summary>
internal sealed class ObservedInstrument(Instrument instrument)
{
    private readonly Lock _gate = new();
    private readonly List<string> _labels = [];

    public Instrument Instrument => instrument;

    /// <summary>In the order of the measurements.</summary>
    public IReadOnlyList<string> Labels
    {
        get
        {
            lock (_gate) return [.. _labels];
        }
    }

    public void Measured(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        lock (_gate)
        {
            foreach (var tag in tags)
                if (!_labels.Contains(tag.Key)) _labels.Add(tag.Key);
        }
    }
}
