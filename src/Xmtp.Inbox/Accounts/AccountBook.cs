using System.Text.Json;
using Xmtp.Inbox.Browser;

namespace Xmtp.Inbox.Accounts;

/// <summary>The accounts that were opened on this device, the one used last first.</summary>
public sealed class AccountBook(PageScripts page)
{
    private const string Key = "xmtp-accounts";

    private List<KnownAccount> _accounts = [];

    public IReadOnlyList<KnownAccount> Accounts => _accounts;

    public async Task LoadAsync()
    {
        try
        {
            if (await page.ReadAsync(Key) is { } text) _accounts = JsonSerializer.Deserialize(text, InboxJson.Default.ListKnownAccount) ?? [];
        }
        catch (JsonException)
        {
            // Not overwritten before an account is added; until then it can still be looked at by hand.
        }

        _accounts.Sort(static (left, right) => right.LastUsed.CompareTo(left.LastUsed));
    }

    public KnownAccount? Find(string address) => _accounts.Find(account => string.Equals(account.Address, address, StringComparison.OrdinalIgnoreCase));

    public async Task PutAsync(KnownAccount account)
    {
        // Another tab may have added one.
        await LoadAsync();
        _accounts.RemoveAll(known => known.Address == account.Address);
        _accounts.Insert(0, account);
        await WriteAsync();
    }

    public async Task RemoveAsync(KnownAccount account)
    {
        await LoadAsync();
        _accounts.RemoveAll(known => known.Address == account.Address);
        await WriteAsync();
    }

    private Task WriteAsync() => page.WriteAsync(Key, JsonSerializer.Serialize(_accounts, InboxJson.Default.ListKnownAccount));
}
