using System.Diagnostics.CodeAnalysis;
using Xmtp.Cryptography;
using Xmtp.Identity;

namespace Xmtp.Client.Contacts;

/// <summary>The contacts found last, up to a number that keeps a service with a million peers within some tens of megabytes.</summary>
internal sealed class ContactCache
{
    private const int Capacity = 10_000;

    private readonly Lock _gate = new();
    private readonly Dictionary<EthereumAddress, Contact> _contacts = [];
    private readonly Queue<EthereumAddress> _oldestFirst = [];

    public bool TryGet(EthereumAddress account, [NotNullWhen(true)] out Contact? contact)
    {
        lock (_gate) return _contacts.TryGetValue(account, out contact);
    }

    public void Add(Contact contact)
    {
        lock (_gate)
        {
            if (_contacts.TryAdd(contact.Address, contact)) _oldestFirst.Enqueue(contact.Address);
            else _contacts[contact.Address] = contact;

            // Entries of forgotten contacts may still stand in the queue; they count as well.
            while (_oldestFirst.Count > Capacity) _contacts.Remove(_oldestFirst.Dequeue());
        }
    }

    public void Remove(EthereumAddress account)
    {
        lock (_gate) _contacts.Remove(account);
    }
}
