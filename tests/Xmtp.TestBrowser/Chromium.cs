using System.Diagnostics;
using System.Text.Json.Nodes;
using Xmtp.TestSupport;
using Xunit;

namespace Xmtp.TestBrowser;

/// <summary>A headless Chromium of its own, with a fresh profile, driven by its DevTools protocol.</summary>
public sealed class Chromium : IAsyncDisposable
{
    private const string Announcement = "DevTools listening on ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private readonly Process _process;
    private readonly DirectoryInfo _profile;
    private DevTools? _devTools;

    private Chromium(Process process, DirectoryInfo profile) => (_process, _profile) = (process, profile);

    /// <summary>Starts one.</summary>
    /// <param name="program">The browser.</param>
    /// <param name="options">Further options of its command line.</param>
    public static Task<Chromium> StartAsync(string program, params ReadOnlySpan<string> options) => LaunchAsync(program, options.ToArray());

    private static async Task<Chromium> LaunchAsync(string program, string[] options)
    {
        var profile = Directory.CreateTempSubdirectory("xmtp-chromium-");

        // Root and containers have no sandbox of Chromium's to offer, and small /dev/shm is common there. What it opens is our own page.
        string[] arguments =
        [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--remote-debugging-port=0", $"--user-data-dir={profile.FullName}", .. options, "about:blank",
        ];
        var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })
            ?? throw new InvalidOperationException("Chromium did not start");
        var browser = new Chromium(process, profile);
        try
        {
            var address = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            process.OutputDataReceived += static (_, _) => { };
            process.ErrorDataReceived += (_, line) =>
            {
                if (line.Data is null) address.TrySetException(new InvalidOperationException("Chromium ended at once."));
                else if (line.Data.StartsWith(Announcement, StringComparison.Ordinal)) address.TrySetResult(line.Data[Announcement.Length..]);
            };
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
            var cancellation = TestContext.Current.CancellationToken;
            browser._devTools = await DevTools.ConnectAsync(new Uri(await address.Task.WaitAsync(Patience, cancellation)), cancellation);
            return browser;
        }
        catch
        {
            await browser.DisposeAsync();
            throw;
        }
    }

    /// <summary>Opens an address in a new tab.</summary>
    public async Task<Page> OpenAsync(Uri address)
    {
        var page = await NewPageAsync();
        await page.GoAsync(address);
        return page;
    }

    /// <summary>Opens an empty tab.</summary>
    public async Task<Page> NewPageAsync()
    {
        var target = await _devTools!.CallAsync("Target.createTarget", new() { ["url"] = "about:blank" });
        var attached = await _devTools.CallAsync("Target.attachToTarget", new() { ["targetId"] = target["targetId"]!.GetValue<string>(), ["flatten"] = true });
        var page = new Page(_devTools, attached["sessionId"]!.GetValue<string>());
        await page.CallAsync("Log.enable", []);
        return page;
    }

    /// <summary>What the user answers when pages of an origin ask.</summary>
    /// <param name="origin">The pages.</param>
    /// <param name="permission">As the page's own <c>navigator.permissions</c> calls it, such as <c>camera</c>.</param>
    /// <param name="setting"><c>granted</c>, <c>denied</c> or <c>prompt</c>.</param>
    public Task PermitAsync(Uri origin, string permission, string setting) => _devTools!.CallAsync("Browser.setPermission", new()
    {
        ["origin"] = origin.GetLeftPart(UriPartial.Authority), ["permission"] = new JsonObject { ["name"] = permission }, ["setting"] = setting,
    });

    public async ValueTask DisposeAsync()
    {
        if (_devTools is not null) await _devTools.DisposeAsync();
        if (!_process.HasExited) _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync();
        _process.Dispose();

        // Its children may still be writing their last file.
        await Eventually.TrueAsync(TryDeleteProfile, "Chromium's profile to go");
    }

    private bool TryDeleteProfile()
    {
        try
        {
            _profile.Delete(recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
