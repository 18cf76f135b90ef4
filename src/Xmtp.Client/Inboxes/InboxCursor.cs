using System.Globalization;

namespace Xmtp.Client.Inboxes;

/// <summary>
/// A place in the order in which messages came to this device's store. Keep the cursor of the last message that was handled, and a
/// stream goes on after it, also after a restart. It means nothing in another store.
/// </summary>
/// <param name="Value">Counted from 1; 0 is before all.</param>
public readonly record struct InboxCursor(ulong Value) : IComparable<InboxCursor>
{
    /// <summary>Before the first message.</summary>
    public static InboxCursor Beginning => default;

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It did not write that.</exception>
    public static InboxCursor Parse(string text) => ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
        ? new InboxCursor(value)
        : throw new FormatException("A cursor is a whole number.");

    /// <inheritdoc/>
    public int CompareTo(InboxCursor other) => Value.CompareTo(other.Value);

    /// <summary>The number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    /// <summary>Whether one came earlier.</summary>
    public static bool operator <(InboxCursor left, InboxCursor right) => left.Value < right.Value;

    /// <summary>Whether one came later.</summary>
    public static bool operator >(InboxCursor left, InboxCursor right) => left.Value > right.Value;

    /// <summary>Whether one did not come later.</summary>
    public static bool operator <=(InboxCursor left, InboxCursor right) => left.Value <= right.Value;

    /// <summary>Whether one did not come earlier.</summary>
    public static bool operator >=(InboxCursor left, InboxCursor right) => left.Value >= right.Value;
}
