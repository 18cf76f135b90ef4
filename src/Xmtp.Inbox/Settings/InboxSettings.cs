using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Xmtp.Inbox.Browser;

namespace Xmtp.Inbox.Settings;

/// <summary>The settings, as they are now.</summary>
public sealed class InboxSettings(PageScripts page, NavigationManager navigation)
{
    private const string Key = "xmtp-settings";

    public SettingsRecord Current { get; private set; } = new();

    /// <summary>The nodes to use: the chosen ones, or the one that this page came from.</summary>
    public IReadOnlyList<Uri> Nodes => Current.Nodes.Count > 0 ? [.. Current.Nodes.Select(static node => new Uri(node))] : [new Uri(new Uri(navigation.BaseUri).GetLeftPart(UriPartial.Authority))];

    public async Task LoadAsync()
    {
        try
        {
            if (await page.ReadAsync(Key) is { } text) Current = JsonSerializer.Deserialize(text, InboxJson.Default.SettingsRecord) ?? new SettingsRecord();
        }
        catch (JsonException)
        {
            // Written by another version; the defaults do.
        }
    }

    public Task SaveAsync(SettingsRecord settings)
    {
        Current = settings;
        return page.WriteAsync(Key, JsonSerializer.Serialize(settings, InboxJson.Default.SettingsRecord));
    }

    /// <summary>Reads a node's address as a person writes it.</summary>
    public static bool TryParseNode(string text, out Uri node)
    {
        text = text.Trim();
        if (!text.Contains("://", StringComparison.Ordinal)) text = $"http://{text}";
        return Uri.TryCreate(text, UriKind.Absolute, out node!) && node.Scheme is "http" or "https" && node.UserInfo.Length == 0;
    }
}
