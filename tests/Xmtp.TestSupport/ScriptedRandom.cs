using System.Security.Cryptography;

namespace Xmtp.TestSupport;

/// <summary>A source of randomness that gives exactly the bytes it was given, in order, and fails when they run out.</summary>
public sealed class ScriptedRandom : RandomNumberGenerator
{
    private readonly Lock _lock = new();
    private readonly byte[] _script;
    private int _position;

    /// <summary>Takes the script, chunk after chunk.</summary>
    public ScriptedRandom(params byte[][] chunks) => _script = [.. chunks.SelectMany(static chunk => chunk)];

    /// <summary>How many bytes of the script have not been asked for yet.</summary>
    public int Remaining
    {
        get
        {
            lock (_lock)
                return _script.Length - _position;
        }
    }

    /// <inheritdoc/>
    public override void GetBytes(byte[] data) => GetBytes(data.AsSpan());

    /// <inheritdoc/>
    public override void GetBytes(byte[] data, int offset, int count) => GetBytes(data.AsSpan(offset, count));

    /// <inheritdoc/>
    public override void GetBytes(Span<byte> data)
    {
        lock (_lock)
        {
            if (_script.Length - _position < data.Length)
                throw new InvalidOperationException($"the script has {_script.Length - _position} bytes left; {data.Length} were asked for");
            _script.AsSpan(_position, data.Length).CopyTo(data);
            _position += data.Length;
        }
    }
}
