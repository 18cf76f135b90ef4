using System.Text;
using Xmtp.Cryptography.WalletFiles;
using Xmtp.Protocol.Errors;

namespace Xmtp.Cryptography.Tests.WalletFiles;

public class WalletFileTests
{
    private const string Secret = "7a28b5ba57c53603b0b07b56bba752f7784bf506fa95edc395f5cf6c7514fe9d";

    // The two known answers of the Web3 Secret Storage definition.
    private const string ScryptFile = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"83dbcc02d8ccb40e466191a123791e0e"},
        "ciphertext":"d172bf743a674da9cdad04534d56926ef8358534d458fffccd4e6ad2fbde479c","kdf":"scrypt",
        "kdfparams":{"dklen":32,"n":262144,"r":1,"p":8,"salt":"ab0c7876052600dd703518d6fc3fe8984592145b591fc8fb5c6d43190334ba19"},
        "mac":"2103ac29920d71da29f15d75b4a16dbe95cfd7ff8faea1056c33131d846e3097"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    private const string Pbkdf2File = """
        {"crypto":{"cipher":"aes-128-ctr","cipherparams":{"iv":"6087dab2f9fdbbfaddc31a909735c1e6"},
        "ciphertext":"5318b4d5bcd28de64ee5559e671353e16f075ecae9f99c7a79a38af5f869aa46","kdf":"pbkdf2",
        "kdfparams":{"c":262144,"dklen":32,"prf":"hmac-sha256","salt":"ae3cd4e7013836a3df6bd7241b12db061dbe2c6785853cce422d148a624ce0bd"},
        "mac":"517ead924a9d0dc3124507e3393d175ce3ff7c1e96529c6c555ce9e51205e9b2"},
        "id":"3198bc9c-6672-5ab3-d995-4942343ae5b6","version":3}
        """;

    [Theory]
    [InlineData(ScryptFile)]
    [InlineData(Pbkdf2File)]
    public void Decrypt_KnownAnswer_GivesTheSecret(string file) =>
        Assert.Equal(Secret, Convert.ToHexStringLower(WalletFile.Decrypt(Encoding.UTF8.GetBytes(file), "testpassword")));

    [Fact]
    public void Encrypt_ThenDecrypt_GivesTheKeyAndTellsTheAddress()
    {
        using var key = Secp256k1PrivateKey.Generate(CryptoProvider.Default);
        var file = WalletFile.Encrypt(key.Export(), key.PublicKey.Address, "correct horse", cost: 1 << 10);
        Assert.Equal(key.Export(), WalletFile.Decrypt(file, "correct horse"));
        Assert.Equal(key.PublicKey.Address, WalletFile.ReadAddress(file));
        Assert.DoesNotContain(Convert.ToHexStringLower(key.Export()), Encoding.UTF8.GetString(file), StringComparison.OrdinalIgnoreCase);
        Refused(file, "wrong horse", "passphrase");
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "object")]
    [InlineData("{}", "complete")]
    [InlineData("""{"version":1}""", "version")]
    [InlineData("""{"version":"3"}""", "complete")]
    [InlineData("""{"version":3,"crypto":7}""", "complete")]
    public void Decrypt_OtherContent_IsRefusedWithAReason(string file, string reason) => Refused(Encoding.UTF8.GetBytes(file), "", reason);

    [Theory]
    [InlineData("\"n\":262144", "\"n\":1073741824", "scrypt")]
    [InlineData("\"n\":262144", "\"n\":262143", "scrypt")]
    [InlineData("\"n\":262144", "\"n\":-2", "scrypt")]
    [InlineData("\"p\":8", "\"p\":1000", "scrypt")]
    [InlineData("\"dklen\":32", "\"dklen\":2000000000", "length")]
    [InlineData("aes-128-ctr", "rot13", "cipher")]
    [InlineData("\"kdf\":\"scrypt\"", "\"kdf\":\"none\"", "derivation")]
    [InlineData("d172bf", "", "complete")]
    [InlineData("d172bf", "zz72bf", "complete")]
    public void Decrypt_ManipulatedFile_IsRefusedBeforeAnyWork(string from, string to, string reason) =>
        Refused(Encoding.UTF8.GetBytes(ScryptFile.Replace(from, to, StringComparison.Ordinal)), "testpassword", reason);

    [Fact]
    public void Decrypt_AlteredCiphertext_IsRefused() =>
        Refused(Encoding.UTF8.GetBytes(Pbkdf2File.Replace("5318b4", "5318b5", StringComparison.Ordinal)), "testpassword", "altered");

    private static void Refused(byte[] file, string passphrase, string reason)
    {
        var exception = Assert.Throws<XmtpException>(() => WalletFile.Decrypt(file, passphrase));
        Assert.Same(ErrorCatalogue.KeyFileUnreadable, exception.Code);
        Assert.Contains(reason, exception.Message, StringComparison.OrdinalIgnoreCase);
    }
}
