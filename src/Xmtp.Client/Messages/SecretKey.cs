using System.Security.Cryptography;

namespace Xmtp.Client.Messages;

/// <summary>
/// A 32-byte key that can be cleared while others use it: they get the whole key or an <see cref="ObjectDisposedException"/>,
/// never a cleared one, under which a message would be readable by all.
/// </summary>
internal sealed class SecretKey(Type owner) : IDisposable
{
    public const int Length = 32;

    private readonly Lock _lock = new();
    private readonly byte[] _key = new byte[Length];
    private bool _isDisposed;

    public SecretKey(Type owner, ReadOnlySpan<byte> key)
        : this(owner) => key.CopyTo(_key);

    /// <summary>The key itself, to be filled before anyone else has this object.</summary>
    public Span<byte> Uninitialised => _key;

    public void CopyTo(Span<byte> destination)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, owner);
            _key.CopyTo(destination);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            CryptographicOperations.ZeroMemory(_key);
        }
    }
}
