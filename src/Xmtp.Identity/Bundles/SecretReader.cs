namespace Xmtp.Identity;

/// <summary>
/// Reads protobuf fields in place. The generated messages would copy private keys into immutable arrays that nobody can clear;
/// this leaves them where they are, in a buffer that its owner clears.
/// </summary>
internal ref struct SecretReader(ReadOnlySpan<byte> data)
{
    private const int Varint = 0;
    private const int Fixed64 = 1;
    private const int LengthDelimited = 2;
    private const int Fixed32 = 5;

    private ReadOnlySpan<byte> _rest = data;

    /// <summary>Number of the field just read.</summary>
    internal int Field { get; private set; }

    /// <summary>Whether the field just read is bytes or a message; otherwise it is a number.</summary>
    internal bool IsBytes { get; private set; }

    /// <summary>Value of the field just read, when it is a number.</summary>
    internal ulong Number { get; private set; }

    /// <summary>Content of the field just read, when it is bytes or a message.</summary>
    internal ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Whether the data broke off or held something that is no field. Look when <see cref="Read"/> gave false.</summary>
    internal bool IsMalformed { get; private set; }

    /// <summary>Finds the last field of that number that is bytes or a message; false when there is none or the data is malformed.</summary>
    internal static bool TryFind(ReadOnlySpan<byte> data, int field, out ReadOnlySpan<byte> bytes)
    {
        bytes = default;
        bool found = false;
        SecretReader reader = new(data);
        while (reader.Read())
        {
            if (reader.Field != field || !reader.IsBytes)
                continue;
            bytes = reader.Bytes;
            found = true;
        }

        return found && !reader.IsMalformed;
    }

    /// <summary>Goes to the next field, past those of a kind that no message here has; false at the end and where the data is malformed.</summary>
    internal bool Read()
    {
        while (!_rest.IsEmpty)
        {
            if (!TryReadVarint(out ulong tag) || tag > uint.MaxValue || tag >> 3 == 0)
                return Fail();
            Field = (int)(tag >> 3);
            IsBytes = false;
            switch ((int)(tag & 7))
            {
                case Varint:
                    if (!TryReadVarint(out ulong number))
                        return Fail();
                    Number = number;
                    return true;
                case LengthDelimited:
                    if (!TryReadVarint(out ulong length) || !TryTake(length, out ReadOnlySpan<byte> bytes))
                        return Fail();
                    Bytes = bytes;
                    IsBytes = true;
                    return true;
                case Fixed64 when TryTake(sizeof(ulong), out _):
                case Fixed32 when TryTake(sizeof(uint), out _):
                    break;
                default:
                    return Fail();
            }
        }

        return false;
    }

    private bool Fail()
    {
        IsMalformed = true;
        _rest = default;
        return false;
    }

    private bool TryTake(ulong length, out ReadOnlySpan<byte> bytes)
    {
        if (length > (ulong)_rest.Length)
        {
            bytes = default;
            return false;
        }

        bytes = _rest[..(int)length];
        _rest = _rest[(int)length..];
        return true;
    }

    private bool TryReadVarint(out ulong value)
    {
        value = 0;
        for (int i = 0; i < 10 && i < _rest.Length; i++)
        {
            byte part = _rest[i];
            value |= (ulong)(part & 0x7f) << (7 * i);
            if (part < 0x80)
            {
                _rest = _rest[(i + 1)..];
                return true;
            }
        }

        return false;
    }
}
