namespace Xmtp.Cli.Tests.Commands;

public class IdentityImportTests(Network network)
{
    // The first account of the mnemonic that Ethereum's development tools share.
    private const string KnownKey = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
    private const string KnownAddress = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266";

    [Fact]
    public async Task Import_KnownKey_HasItsAddress()
    {
        using var home = network.Home();
        home.AddSecret(KnownKey);
        string[] import = ["--json", "--passphrase-file", home.PassphraseFile, "identity", "import"];
        var result = (await home.RunWithInputAsync($"  0x{KnownKey}\n", import)).Exited(0).Result;
        Assert.Equal(KnownAddress, (string?)result["address"]);
        Assert.True((bool)result["onNetwork"]!);

        // The other key is neither written nor asked for.
        var content = await File.ReadAllBytesAsync(home.KeyFile, TestContext.Current.CancellationToken);
        (await home.RunWithInputAsync(new string('1', 64), import)).Failed(6, "XMTP4010");
        Assert.Equal(content, await File.ReadAllBytesAsync(home.KeyFile, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a key")]
    [InlineData("ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff8")]
    [InlineData(KnownKey + "00")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    public async Task Import_NoKey_IsRefusedAndNotRepeated(string input)
    {
        using var home = network.Home();
        if (input.Length > 0) home.AddSecret(input);
        (await home.RunWithInputAsync(input, "--json", "--passphrase-file", home.PassphraseFile, "identity", "import")).Failed(4, "XMTP4006");
        Assert.False(File.Exists(home.KeyFile));
    }
}
