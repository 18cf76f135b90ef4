using System.Diagnostics.CodeAnalysis;

namespace Xmtp.Client.Messages;

/// <summary>What opening received bytes gave: the value, or why it was dropped. Opening garbage never throws.</summary>
/// <typeparam name="T">What was sealed.</typeparam>
public readonly record struct Opened<T>
    where T : class
{
    private readonly DropReason _reason;

    internal Opened(T value) => Value = value;

    internal Opened(DropReason reason) => _reason = reason;

    /// <summary>What was inside; null when dropped.</summary>
    public T? Value { get; }

    /// <summary>Whether there is a <see cref="Value"/>.</summary>
    [MemberNotNullWhen(true, nameof(Value))]
    public bool IsOpened => Value is not null;

    /// <summary>Why not; <see cref="DropReason.None"/> when opened.</summary>
    public DropReason Reason => IsOpened || _reason != DropReason.None ? _reason : DropReason.Malformed;

    /// <summary>The value, or false with the reason.</summary>
    public bool TryGet([NotNullWhen(true)] out T? value, out DropReason reason)
    {
        (value, reason) = (Value, Reason);
        return IsOpened;
    }

    /// <summary>A failure of kind <paramref name="reason"/>.</summary>
    public static implicit operator Opened<T>(DropReason reason) => new(reason);

    /// <summary>A success.</summary>
    public static implicit operator Opened<T>(T value) => new(value);
}
