using System.Text;

namespace Xmtp.Node.Core.Ingest;

/// <summary>The text of a topic as it is stored.</summary>
internal static class TopicText
{
    /// <summary>
    /// Replaces half surrogate pairs, which JSON can carry and UTF-8 cannot, by U+FFFD, as serialisation would; so publishers,
    /// readers and the store mean the same topic.
    /// </summary>
    public static string Normalise(string topic)
    {
        ArgumentNullException.ThrowIfNull(topic);
        return topic.AsSpan().IndexOfAnyInRange('\uD800', '\uDFFF') < 0 ? topic : Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(topic));
    }
}
