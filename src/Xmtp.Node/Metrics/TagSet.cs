using System.Diagnostics.CodeAnalysis;

namespace Xmtp.Node.Metrics;

/// <summary>The labels of one series as a dictionary key. They are compared in the order in which they were given.</summary>
internal readonly record struct TagSet(KeyValuePair<string, object?>[] Tags)
{
    /// <summary>Finds a set by the span that a measurement brings, without copying it.</summary>
    public static IEqualityComparer<TagSet> Comparer { get; } = new TagComparer();

    private sealed class TagComparer : IEqualityComparer<TagSet>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, TagSet>
    {
        public bool Equals(TagSet x, TagSet y) => Equals(x.Tags, y);

        public int GetHashCode([DisallowNull] TagSet obj) => GetHashCode(obj.Tags.AsSpan());

        public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, TagSet other)
        {
            var tags = other.Tags;
            if (alternate.Length != tags.Length) return false;
            for (var i = 0; i < tags.Length; i++)
            {
                if (alternate[i].Key != tags[i].Key || !Equals(alternate[i].Value, tags[i].Value)) return false;
            }

            return true;
        }

        public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
        {
            // Names are the same from call to call, so the values alone tell series apart.
            var hash = default(HashCode);
            foreach (var tag in alternate) hash.Add(tag.Value);
            return hash.ToHashCode();
        }

        public TagSet Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate) => new(alternate.ToArray());
    }
}
