using Google.Protobuf;

namespace Xmtp.Client.Consent;

/// <summary>
/// Reads a serialised <c>PrivatePreferencesAction</c> by hand. The JavaScript encoder can write several members of its
/// one-of group at once; a generated reader would keep the last one and lose the rest.
/// </summary>
internal static class ConsentActionReader
{
    private const uint ValueTag = (1 << 3) | (uint)WireFormat.WireType.LengthDelimited;

    /// <summary>All members in the order they were written, or null when the bytes do not parse or hold none.</summary>
    public static ConsentAction[]? TryRead(byte[] bytes)
    {
        try
        {
            using var input = new CodedInputStream(bytes);
            var actions = new List<ConsentAction>();
            for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
            {
                if (Meaning(tag) is not var (state, kind)) input.SkipLastField();
                else actions.Add(new ConsentAction(state, kind, ReadValues(input.ReadBytes())));
            }

            return actions.Count > 0 ? [.. actions] : null;
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static (ConsentState State, ConsentKind Kind)? Meaning(uint tag) => WireFormat.GetTagWireType(tag) != WireFormat.WireType.LengthDelimited
        ? null
        : WireFormat.GetTagFieldNumber(tag) switch
        {
            1 => (ConsentState.Allowed, ConsentKind.Address),
            2 => (ConsentState.Denied, ConsentKind.Address),
            3 => (ConsentState.Allowed, ConsentKind.Group),
            4 => (ConsentState.Denied, ConsentKind.Group),
            5 => (ConsentState.Allowed, ConsentKind.Inbox),
            6 => (ConsentState.Denied, ConsentKind.Inbox),
            _ => null,
        };

    private static List<string> ReadValues(ByteString member)
    {
        using var input = member.CreateCodedInput();
        var values = new List<string>();
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            if (tag == ValueTag) values.Add(input.ReadString());
            else input.SkipLastField();
        }

        return values;
    }
}
